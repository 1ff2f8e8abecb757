// Sheets that libraries write while the page runs carry the page's nonce; else its policy refuses them.
import { boot } from "./boot";

const make = document.createElement.bind(document);

document.createElement = (name: string, options?: ElementCreationOptions) => {
  const made = make(name, options);
  if (made instanceof HTMLStyleElement) made.nonce = boot.nonce;
  return made;
};
