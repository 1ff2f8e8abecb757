// Names of the map's answers, from the types made of the OpenAPI document.
import type { components } from "../../made/schema";

type Shapes = components["schemas"];
export type Catalogue = Shapes["MapCatalogue"];
export type Layer = Shapes["MapLayer"];
export type Legend = Shapes["LegendClass"];
export type Step = Shapes["MapStep"];
export type MapMeasure = Shapes["MapMeasure"];
export type MapRow = Shapes["MapRow"];
export type MapRows = Shapes["MapRows"];
export type MapDays = Shapes["MapDays"];
export type MapFlows = Shapes["MapFlows"];
export type Flow = Shapes["MapFlow"];
export type LineAnswer = Shapes["LineAnswer"];
export type AreaAnswer = Shapes["AreaAnswer"];
export type AreaFigure = Shapes["AreaFigure"];
export type AreaClass = Shapes["AreaClass"];
export type AreaShare = Shapes["AreaShare"];
