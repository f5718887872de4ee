(function () {
    const root = document.documentElement;
    root.setAttribute("data-mantine-color-scheme", window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    function draw(part) {
        part.querySelectorAll(".plot:not(.js-plotly-plot)").forEach(function (place) {
            const given = JSON.parse(place.nextElementSibling.textContent);
            window.Plotly.newPlot(place, given.data, given.layout, given.config);
        });
    }
    function show(language) {
        root.lang = language;
        document.body.setAttribute("data-shown", language);
        document.querySelectorAll('[data-language="' + language + '"]').forEach(draw);
    }
    document.querySelectorAll("[data-to]").forEach(function (button) {
        button.addEventListener("click", function () { show(button.getAttribute("data-to")); });
    });
    show((navigator.language || "en").startsWith("fr") ? "fr" : "en");
})();
