"use strict";
(() => {
  const form = document.getElementById("search");
  if (!form) return;
  const entries = [...document.querySelectorAll(".entry")];
  const texts = entries.map((entry) => entry.textContent.toLowerCase());
  const words = form.elements.namedItem("words");
  const state = form.elements.namedItem("state");
  const found = form.querySelector("output");
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    entries.forEach((entry, index) => {
      const fits = (!state.value || entry.dataset.state === state.value) && wanted.every((word) => texts[index].includes(word));
      entry.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    found.value = `${shown} of ${entries.length}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
