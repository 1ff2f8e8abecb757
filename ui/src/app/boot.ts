// What the server wrote into the page: the region and the view it was asked for.
export type Lang = "zh" | "en";

export interface Boot {
  name: string;
  languages: Lang[];
  day: string;
  branch: string;
  branches: string[];
  revision: string;
  /** What this reader is: who sits at this machine, somebody who has signed in, or anybody. */
  reader: "local" | "self" | "public";
  /** Name of who has signed in; empty for the others. */
  user: string;
  lang: Lang;
  nonce: string;
  /** What every change carries, so that no other site can make it. */
  csrf: string;
}

export const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "{}") as Boot;
