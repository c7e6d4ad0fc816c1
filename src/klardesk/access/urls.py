"""Addresses of the administration of groups, roles and rights."""

from django.urls import path

from klardesk.access.pages import groups, matrices, members, roles

urlpatterns = [
    path("admin/groups/", groups.ListPage.as_view(), name="admin_groups"),
    path("admin/groups/new/", groups.NewPage.as_view(), name="admin_group_new"),
    path("admin/groups/<int:pk>/", groups.EditPage.as_view(), name="admin_group"),
    path("admin/roles/", roles.ListPage.as_view(), name="admin_roles"),
    path("admin/roles/new/", roles.NewPage.as_view(), name="admin_role_new"),
    path("admin/roles/<int:pk>/", roles.EditPage.as_view(), name="admin_role"),
    path("admin/roles/<int:pk>/agents/", members.MembersPage.as_view(), name="admin_role_agents"),
]
for kind in matrices.KINDS:
    urlpatterns += [
        path(
            f"admin/{kind.plural}/<int:pk>/rights/",
            matrices.HolderPage.as_view(kind=kind),
            name=f"admin_{kind.name}_rights",
        ),
        path(
            f"admin/groups/<int:pk>/{kind.plural}/",
            matrices.GroupPage.as_view(kind=kind),
            name=f"admin_group_{kind.plural}",
        ),
    ]
