"use strict";
/* The drop zone: files dropped onto it are handed in; too much of them is told before it is sent. */
(() => {
  const zone = document.querySelector("[data-drop]");
  if (!zone) return;
  const input = zone.querySelector("input[type=file]");
  const chosen = zone.querySelector("[data-chosen]");

  function show() {
    const files = [...input.files];
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const tooMuch = bytes > Number(zone.dataset.most);
    chosen.textContent = tooMuch ? zone.dataset.tooMuch : files.map((file) => file.name).join(", ");
    zone.querySelector("button").disabled = tooMuch;
  }
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
    if (!zone.querySelector("button").disabled) zone.requestSubmit();
  });
})();
