// Entry of the public pages. They read without scripts; where a map box stands, the live map takes over its picture.
import { liveMap } from "./map";

const box = document.getElementById("map");
if (box) liveMap(box);
