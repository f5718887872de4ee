// Before anything is drawn, so that a dark page never flashes white.
(function () {
    const chosen = window.localStorage.getItem("mantine-color-scheme-value");
    const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    const scheme = chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light";
    document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
})();
