// Say so when the page can no longer refresh itself: an old light must not look like a new one.
const stale = document.getElementById("stale");
for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
  document.body.addEventListener(trouble, () => { stale.hidden = false; });
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) stale.hidden = true;
});
