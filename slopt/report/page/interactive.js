"use strict";
const curves = JSON.parse(document.getElementById("curves").textContent);
for (const [id, curve] of Object.entries(curves)) {
  const figure = document.getElementById(id);
  const still = figure.querySelector("svg");
  const place = document.createElement("div");
  figure.insertBefore(place, still);
  Plotly.newPlot(place, curve.data, curve.layout, { displaylogo: false, responsive: true });
  still.remove();
}
