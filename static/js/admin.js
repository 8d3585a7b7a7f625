// Gives the searching lists of the forms the name of their field: the library that draws them leaves them nameless.
"use strict";
{
  const name = (select) => select.getAttribute("aria-label") || select.labels?.[0]?.textContent.replace(/:\s*$/, "").trim() || "";
  const label = (root) => {
    for (const select of root.querySelectorAll("select.admin-autocomplete")) {
      const box = select.parentElement?.querySelector(".select2-selection");
      if (!box) continue;
      box.setAttribute("aria-label", name(select));
      const shown = box.querySelector('[role="textbox"], .select2-search__field');
      if (shown) shown.setAttribute("aria-label", name(select));
    }
  };
  const watch = () => {
    label(document);
    new MutationObserver(() => label(document)).observe(document.body, { childList: true, subtree: true });
  };
  if (document.readyState === "complete") watch();
  else window.addEventListener("load", watch);
}
