// Charts fit the paper while the page is printed.
function resizeCharts(size) {
    document.querySelectorAll(".js-plotly-plot").forEach(function (place) { window.Plotly.relayout(place, size); });
}
window.addEventListener("beforeprint", function () { resizeCharts({ autosize: false, width: 620 }); });
window.addEventListener("afterprint", function () { resizeCharts({ autosize: true, width: null }); });
