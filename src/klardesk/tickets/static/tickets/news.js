// A ticket with something new opens at the first new article, unless the address names a place or a mask is open

const first = document.querySelector(".article-new");
if (first && !location.hash && !document.querySelector("#dock form")) first.scrollIntoView({ block: "start" });
