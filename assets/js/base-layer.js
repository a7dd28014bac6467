// plotly.js asks its maker's server for a base map before it draws any map, even where a figure
// brings its own outlines. An empty one that is already there stops that.
(function () {
  "use strict";
  var objects = {};
  ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"].forEach(function (layer) {
    objects[layer] = { type: "GeometryCollection", geometries: [] };
  });
  var empty = { type: "Topology", objects: objects, arcs: [] };
  window.PlotlyGeoAssets = { topojson: { world_110m: empty, world_50m: empty } };
})();
