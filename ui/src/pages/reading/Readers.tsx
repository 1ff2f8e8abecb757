// Who read a proposal out of the text, and how the other reader read the same place.
import { Tag } from "antd";
import { useWords } from "../../app/words";
import { useSaid } from "./Card";
import type { Field, Proposal } from "./shapes";

interface Props {
  proposal: Proposal;
  fields: Field[];
}

const who = (reader: string) => (reader === "llm" ? "reading_reader_llm" : "reading_reader_rules");

/** Said only where it is not the rules, which read everything. */
export function ReadBy({ proposal }: Pick<Props, "proposal">) {
  const { t } = useWords();
  if (proposal.reader === "rules") return null;
  return (
    <Tag className="reader" data-reader={proposal.reader}>
      {t(who(proposal.reader))} <bdi>{proposal.model}</bdi>
    </Tag>
  );
}

export function Readers({ proposal, fields }: Props) {
  const { t, pick } = useWords();
  const said = useSaid();
  return proposal.beside.map((other, n) => {
    const differing = fields.filter(({ name }) => name in other.differs);
    const found = differing.length ? "reading_beside_differs" : "reading_beside_same";
    const names = [other.model, other.ordinal].filter(Boolean).join(" · ");
    return (
      <div className="beside" key={n} data-reader={other.reader} data-differs={differing.length > 0 || !other.ordinal}>
        <p className="quiet">
          {t(other.ordinal ? found : "reading_beside_none", { who: t(who(other.reader)) })} <bdi>{names}</bdi>
        </p>
        {differing.length > 0 && (
          <dl className="fields">
            {differing.map((field) => (
              <div key={field.name}>
                <dt>{pick(field)}</dt>
                <dd>
                  <bdi>{said(field, other.differs[field.name])}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    );
  });
}
