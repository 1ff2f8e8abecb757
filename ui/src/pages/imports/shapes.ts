// What the server says of an import, and what it says when others were quicker.
import type { Fault } from "../../api/client";
import type { components } from "../../made/schema";

type Schemas = components["schemas"];
export type Import = Schemas["Import"];
export type Preview = Schemas["ImportPreview"];
export type CellChange = Schemas["CellChange"];
export type Upload = Schemas["ImportUpload"];
export type Found = Schemas["ImportFinding"];
export type FreshRow = Schemas["FreshRow"];

/** One cell others changed since the preview: as the reader saw it, as it is, as the file says. */
export interface Moved {
  sheet: string;
  cell: string;
  title: string;
  name: string | null;
  field: string;
  base: string | null;
  theirs: string | null;
  mine: string | null;
}

export const movedIn = (fault: Fault): Moved[] => (fault.body["conflicts"] as Moved[] | undefined) ?? [];
