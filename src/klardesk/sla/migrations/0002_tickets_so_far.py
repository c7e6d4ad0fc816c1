from django.db import migrations

# Tickets that were there before: what is over owes nothing, the others bear a basis that no settings have, so that the
# sweep reckons them in the background.
FILL = """INSERT INTO sla_ticketclock (ticket_id, queue_id, state_id, basis, states)
SELECT t.id, t.queue_id, t.state_id, CASE WHEN s.type IN ('closed', 'merged', 'removed') THEN 0 ELSE 1 END, ''
FROM tickets_ticket t JOIN tickets_state s ON s.id = t.state_id"""


class Migration(migrations.Migration):

    dependencies = [('sla', '0001_initial')]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
