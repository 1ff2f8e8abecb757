// Shapes of the answers this room works on.
import type { components } from "../../made/schema";

export type Proposal = components["schemas"]["Proposal"];
export type Field = components["schemas"]["MendableField"];
export type Whole = components["schemas"]["DocumentWhole"];
export type Made = components["schemas"]["MadeRow"];
export type Done = components["schemas"]["DecisionDone"];
export type Document = components["schemas"]["ReadDocument"];
export type Slice = components["schemas"]["SourceSlice"];
export type Side = components["schemas"]["Versions"];
export type NearTask = components["schemas"]["NearTask"];
export type Disagreement = components["schemas"]["Disagreement"];
export type Verdict = "accept" | "mend" | "reject" | "join" | "apart";

export const KINDS = ["event", "directive", "person", "project", "agreement", "figure", "reference"] as const;
export const STATES = ["open", "accepted", "rejected"] as const;
