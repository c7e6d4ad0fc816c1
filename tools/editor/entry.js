// What the desk's masks use of Tiptap; everything else stays out of the bundle.
export { Editor } from "@tiptap/core";
export { default as StarterKit } from "@tiptap/starter-kit";
export { default as Image } from "@tiptap/extension-image";
