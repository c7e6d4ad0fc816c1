// Formatted text: the editor is fetched once a mask is open. The mask's own fields stay what is sent: the HTML, and beside
// it the text, so that a draft can be read and going back to plain text loses no word.

const CHOICE = "klardesk_editor";
const MARKS = [
  ["Bold", "B", (chain) => chain.toggleBold(), "bold"],
  ["Italic", "I", (chain) => chain.toggleItalic(), "italic"],
  ["Underline", "U", (chain) => chain.toggleUnderline(), "underline"],
  ["Bullets", "•", (chain) => chain.toggleBulletList(), "bulletList"],
  ["Numbers", "1.", (chain) => chain.toggleOrderedList(), "orderedList"],
  ["Quote", "”", (chain) => chain.toggleBlockquote(), "blockquote"],
];

const CARET = "\ue000";
const marked = (text, place) => (place < 0 ? text : text.slice(0, place) + CARET + text.slice(place));
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

// Lines that begin with ">" become a quotation, the others paragraphs; one empty line parts paragraphs.
export function fromText(text) {
  const groups = [];
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const quoted = line.startsWith(">");
    if (groups.at(-1)?.quoted !== quoted) groups.push({ quoted, lines: [] });
    groups.at(-1).lines.push(quoted ? line.replace(/^> ?/, "") : line);
  }
  const paragraphs = (lines) => lines.join("\n").split("\n\n").map((each) => `<p>${escaped(each).replace(/\n/g, "<br>")}</p>`).join("");
  return groups.map(({ quoted, lines }) => (quoted ? `<blockquote>${paragraphs(lines)}</blockquote>` : paragraphs(lines))).join("");
}

// What was put into the text area since it came: what stood before it, the piece, and what it replaced.
function typedInto({ defaultValue: old, value: young }) {
  let begin = 0;
  let end = 0;
  while (begin < old.length && old[begin] === young[begin]) begin++;
  while (end < Math.min(old.length, young.length) - begin && old.at(-1 - end) === young.at(-1 - end)) end++;
  return { before: old.slice(0, begin), piece: young.slice(begin, young.length - end), replaced: old.slice(begin, old.length - end) };
}

// Typed text as the editor's own content, every blank kept.
function typedContent(text) {
  const line = (words) => (words ? [{ type: "text", text: words }] : []);
  const lines = (each) => each.split("\n").flatMap((words, place) => [...(place ? [{ type: "hardBreak" }] : []), ...line(words)]);
  return text.split("\n\n").map((each) => ({ type: "paragraph", content: lines(each) }));
}

function textOf(editor) {
  const lines = [];
  editor.state.doc.forEach((node) => {
    const text = node.textBetween(0, node.content.size, "\n\n", (leaf) => (leaf.type.name === "hardBreak" ? "\n" : ""));
    lines.push(node.type.name === "blockquote" ? text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n") : text);
  });
  return lines.join("\n\n");
}

function pictureAddress(box, cid) {
  const kept = [...box.closest("form").querySelectorAll("[name=kept][data-cid]")].find((one) => one.dataset.cid === cid);
  return kept ? `${box.dataset.upload}?${new URLSearchParams({ word: kept.value })}` : "";
}

// In the document a picture is `cid:…`, as it is sent; the page shows it from where it was uploaded to.
function pictures(Image, box) {
  return Image.configure({ inline: true }).extend({
    addNodeView() {
      return ({ node }) => {
        const dom = document.createElement("img");
        const cid = (node.attrs.src ?? "").replace(/^cid:/, "");
        dom.src = pictureAddress(box, cid);
        dom.alt = node.attrs.alt ?? "";
        dom.className = "pasted";
        return { dom };
      };
    },
  });
}

class Rich {
  constructor(box, { Editor, StarterKit, Image }) {
    this.box = box;
    this.form = box.closest("form");
    this.area = box.querySelector("textarea");
    this.html = box.querySelector("[name=html]");
    this.place = document.createElement("div");
    this.place.className = "rich-text";
    this.area.before(this.place);
    const typing = document.activeElement === this.area ? this.area.selectionStart : -1;
    const typed = box.dataset.html && typing >= 0 ? typedInto(this.area) : { piece: "", replaced: "" };
    const formatted = typed.replaced.trim() ? "" : box.dataset.html;
    this.editor = new Editor({
      element: this.place,
      injectCSS: false,
      extensions: [StarterKit.configure({ link: { openOnClick: false }, heading: false, codeBlock: false, code: false, horizontalRule: false, trailingNode: false }), pictures(Image, box)],
      content: formatted || fromText(marked(this.area.value, typing)),
      editorProps: { attributes: this.attributes(), handlePaste: (_view, event) => this.takeFiles(event.clipboardData, event), handleDrop: (_view, event) => this.takeFiles(event.dataTransfer, event) },
      onUpdate: () => this.store(),
      onTransaction: () => this.mark(),
    });
    this.area.hidden = true;
    this.area.required = false;
    this.toolbar = this.tools();
    this.place.prepend(this.toolbar);
    this.html.value = formatted || this.editor.getHTML();
    if (typed.piece && formatted) this.bring(typed);
    else if (typing >= 0) this.goOn();
    document.dispatchEvent(new CustomEvent("inline:adapter", { detail: this.adapter() }));
    this.mark();
  }

  // Who typed in the text area while the editor came goes on where the caret was.
  goOn() {
    let at = -1;
    this.editor.state.doc.descendants((node, place) => {
      if (node.isText && node.text.includes(CARET)) at = place + node.text.indexOf(CARET);
    });
    const chain = this.editor.chain();
    if (at < 0) chain.setTextSelection(0).run();
    else chain.deleteRange({ from: at, to: at + 1 }).setTextSelection(at).run();
    this.editor.view.focus(); // at once: the editor's own command waits for the next frame, and a key pressed until then is lost
  }

  // What was typed beside a formatted text while the editor came is put where it was typed. The letters before it tell where that
  // is: blanks, and marks of what is quoted, are others in the text.
  bring({ before, piece }) {
    const { doc } = this.editor.state;
    let left = before.replace(/^> ?/gm, "").replace(/\s/g, "").length;
    let blanks = before.match(/[^\S\n]*$/)[0].length;
    let at = 0;
    doc.descendants((node, place) => {
      for (let index = 0; node.isText && index < node.text.length; index++) {
        const isBlank = /\s/.test(node.text[index]);
        if (!left && !(isBlank && blanks-- > 0 && at === place + index)) break;
        if (!isBlank) left--;
        at = place + index + 1;
      }
    });
    const isOwnLine = !at || /\n\s*$/.test(before);
    if (isOwnLine && at) at = doc.resolve(at).after(1);
    const content = typedContent(isOwnLine ? piece.replace(/^\n+|\n+$/g, "") : piece);
    this.editor.commands.insertContentAt(at, isOwnLine || content.length > 1 ? content : content[0].content);
    this.editor.view.focus();
  }

  attributes() {
    const label = this.box.querySelector("label");
    label.id ||= `label-${this.area.id}`;
    return { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id, class: "rich-content" };
  }

  tools() {
    const bar = document.createElement("div");
    bar.className = "rich-tools";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", this.box.dataset.textToolbar);
    for (const [name, face, act, kind] of MARKS) {
      const button = tool(face, this.box.dataset[`text${name}`]);
      button.dataset.kind = kind;
      button.classList.add(`rich-${kind}`);
      button.addEventListener("click", () => act(this.editor.chain().focus()).run());
      bar.append(button);
    }
    const plain = tool(this.box.dataset.textPlain, this.box.dataset.textPlain);
    plain.classList.add("rich-plain");
    plain.addEventListener("click", () => this.toPlain());
    bar.append(plain);
    return bar;
  }

  mark() {
    for (const button of this.toolbar?.querySelectorAll("[data-kind]") ?? []) {
      button.setAttribute("aria-pressed", String(this.editor.isActive(button.dataset.kind)));
    }
  }

  store() {
    this.html.value = this.editor.getHTML();
    this.area.value = textOf(this.editor);
    this.html.dispatchEvent(new Event("input", { bubbles: true }));
    this.editor.view.dom.dispatchEvent(new CustomEvent("typed"));
  }

  adapter() {
    const { editor } = this;
    return {
      element: editor.view.dom,
      event: "typed",
      before() {
        const { $from } = editor.state.selection;
        return $from.parent.textBetween(Math.max(0, $from.parentOffset - 80), $from.parentOffset, "\n", " ");
      },
      insert(length, text) {
        const { from } = editor.state.selection;
        editor.chain().focus().deleteRange({ from: from - length, to: from }).insertContent(text.includes("\n") ? fromText(text) : escaped(text)).run();
      },
      caret: () => editor.view.coordsAtPos(editor.state.selection.from),
    };
  }

  takeFiles(data, event) {
    const files = [...(data?.files ?? [])];
    if (!files.length) return false;
    event.preventDefault();
    this.upload(files);
    return true;
  }

  async upload(files) {
    const known = new Set(this.kept().map((one) => one.dataset.cid));
    const body = new FormData(this.form);
    body.delete("files");
    body.set("save_draft", "1");
    for (const file of files) body.append("pictures", file, file.name || "picture.png");
    const answer = await fetch(this.form.action, { method: "POST", body, redirect: "manual", headers: { "X-Draft": "1" } }).catch(() => null);
    if (!answer?.ok) return;
    const list = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-files]");
    if (list) this.form.querySelector("[data-files]")?.replaceWith(document.adoptNode(list));
    for (const one of this.kept().filter((each) => !known.has(each.dataset.cid))) {
      this.editor.chain().focus().setImage({ src: `cid:${one.dataset.cid}` }).run();
    }
  }

  kept() {
    return [...this.form.querySelectorAll("[name=kept][data-cid]")];
  }

  toPlain() {
    if (/<(strong|em|u|s|ul|ol|img|a)\b/.test(this.editor.getHTML()) && !window.confirm(this.box.dataset.textPlainQuestion)) return;
    this.area.value = textOf(this.editor);
    this.html.value = "";
    this.editor.destroy();
    this.place.remove();
    this.area.hidden = false;
    this.area.focus();
    delete this.box.dataset.html;
    remember("plain");
    offerRich(this.box);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function tool(face, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "rich-tool";
  button.textContent = face;
  button.title = label;
  button.setAttribute("aria-label", label);
  return button;
}

function remember(choice) {
  try {
    localStorage.setItem(CHOICE, choice);
  } catch {
    // a browser that keeps nothing asks anew
  }
}

function preferred() {
  try {
    return localStorage.getItem(CHOICE) ?? "rich";
  } catch {
    return "rich";
  }
}

function offerRich(box) {
  const button = tool(box.dataset.textRich, box.dataset.textRich);
  button.classList.add("rich-offer");
  button.addEventListener("click", () => {
    button.remove();
    remember("rich");
    open(box);
  });
  box.querySelector("textarea").before(button);
}

async function open(box) {
  const parts = await import(box.dataset.rich);
  if (!box.isConnected) return;
  box.rich = new Rich(box, parts);
}

function begin(scope) {
  for (const box of scope.querySelectorAll?.("[data-rich]") ?? []) {
    if (box.dataset.begun) continue;
    box.dataset.begun = "yes";
    if (preferred() === "plain" && !box.dataset.html) offerRich(box);
    else open(box);
  }
}

// The button that puts a template in would send the whole mask: with the editor it goes to the caret.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[name=use_template]");
  const dom = button?.closest("form")?.querySelector(".rich-content");
  if (!dom?.inline) return;
  event.preventDefault();
  const key = button.closest("form").querySelector("select[name=template]")?.value;
  if (key) dom.inline.take({ text: key }, 0);
}, true);

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentNode ?? document));
