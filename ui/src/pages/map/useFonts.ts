// Waits until the fonts hold every letter the map will write: the canvas does not wait for them by itself.
import { useEffect, useState } from "react";
import { FONT } from "./style";

const LATIN = "ABCabc0123456789";

export function useFonts(letters: string): boolean {
  const [loaded, set] = useState<string | null>(null);
  useEffect(() => {
    let here = true;
    const ready = () => here && set(letters);
    document.fonts.load(`400 24px "${FONT}"`, LATIN + letters).then(ready, ready);
    return () => {
      here = false;
    };
  }, [letters]);
  return loaded !== null;
}
