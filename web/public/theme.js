// Runs before the first paint, so that a dark screen never flashes white. A file of its own: the CSP allows no inline script.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("waypost.theme") ?? "system";
  } catch {
    // Storage may be forbidden; the system's choice is a good one.
  }
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
