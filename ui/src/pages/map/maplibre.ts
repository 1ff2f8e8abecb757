// MapLibre with its worker, set up once; everything else of the map imports it from here.
import * as maplibre from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";

maplibre.setWorkerUrl(workerUrl);
export default maplibre;
