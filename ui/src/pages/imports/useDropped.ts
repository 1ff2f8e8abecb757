// Sends dropped files one after the other and says what became of each.
import { useState } from "react";
import { Fault } from "../../api/client";
import { useSend } from "../../api/send";
import type { Import } from "./shapes";

export interface Dropped {
  name: string;
  done?: Import;
  fault?: Fault;
}

const MB = 1024 * 1024;

/** `path` is where files go; `fields` go beside each. */
export function useDropped(path: string, largest = 64 * MB) {
  const send = useSend<Import>();
  const [reading, read] = useState<string>();
  const [dropped, tell] = useState<Dropped[]>([]);
  const one = async (file: File, fields: Record<string, string>): Promise<Dropped> => {
    if (file.size > largest) {
      const mb = Math.round(largest / MB);
      const said = [
        `${file.name} 超过 ${mb} MB，请拆分后再上传`,
        `${file.name} is larger than ${mb} MB. Split it`,
      ] as const;
      return { name: file.name, fault: new Fault(413, "too-large", ...said) };
    }
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value) body.append(name, value);
    body.append("file", file, file.name);
    try {
      return { name: file.name, done: await send.mutateAsync({ path, body }) };
    } catch (error) {
      return { name: file.name, fault: error as Fault };
    }
  };
  const drop = async (files: File[], fields: Record<string, string> = {}) => {
    const found: Dropped[] = [];
    tell([]);
    for (const file of files) {
      read(file.name);
      found.push(await one(file, fields));
      tell([...found]);
    }
    read(undefined);
    return found;
  };
  return { drop, reading, dropped };
}
