// Keys that are pressed before the page's scripts are there wait for them; keys.js takes them over. Only keys that press something:
// what is typed into a field goes where it is typed. Runs at once, in the head of the page, and must stay tiny.
{
  const NEVER = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=listbox]";
  const MOST = 20;
  const waiting = [];
  const wanted = ({ key, ctrlKey, metaKey, altKey, shiftKey, target }) => {
    if (altKey) return false;
    if (ctrlKey || metaKey) return key.toLowerCase() === "k" && !shiftKey;
    if (key.length !== 1 || key === " " || document.documentElement.dataset.shortcuts === "off") return false;
    return !target.matches?.(NEVER) || target.matches("tr input[type=checkbox]");
  };
  const wait = (event) => {
    if (!event.isTrusted || event.isComposing || event.repeat || waiting.length >= MOST || !wanted(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push(event);
  };
  // Who goes on by the mouse has given up on what was pressed
  const forget = () => (waiting.length = 0);
  addEventListener("keydown", wait, true);
  addEventListener("pointerdown", forget, true);
  document.earlyKeys = () => {
    removeEventListener("keydown", wait, true);
    removeEventListener("pointerdown", forget, true);
    return waiting;
  };
}
