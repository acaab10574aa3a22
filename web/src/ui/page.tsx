import type { ReactNode } from "react";

/** A full page of the app: title, one line of purpose, its main button at the end of the line, then the content. */
export function PageFrame({
  title,
  purpose,
  action,
  tools,
  children,
}: {
  title: string;
  purpose?: string;
  action?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="flex h-full min-w-0 flex-1 flex-col overflow-hidden bg-surface">
      <header className="border-b px-4 py-3.5 md:px-6">
        <div className="flex flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1 basis-64">
            <h1 className="font-semibold text-lg leading-6 tracking-tight">{title}</h1>
            {purpose && <p className="mt-0.5 text-muted">{purpose}</p>}
          </div>
          {action}
        </div>
        {tools && <div className="mt-3 flex flex-wrap items-center gap-2">{tools}</div>}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </section>
  );
}

interface Column {
  title: string;
  /** Left out where there is no room for it: on a phone. */
  roomy: boolean;
}

const roomyOnly = "max-md:hidden";
const cell = "px-4 py-2.5 text-start first:ps-4 md:first:ps-6 last:pe-4 md:last:pe-6 align-middle";

export function Table({ head, children }: { head: (string | Column)[]; children: ReactNode }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse">
        <thead>
          <tr className="border-b bg-subtle/60 text-2xs text-muted uppercase tracking-wide">
            {head.map((column) => {
              const { title, roomy } = typeof column === "string" ? { title: column, roomy: false } : column;
              return title === "" ? (
                <td key="actions" className={cell} />
              ) : (
                <th key={title} scope="col" className={`${cell} py-2 font-medium ${roomy ? roomyOnly : ""}`}>
                  {title}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

export const Cell = ({
  children,
  className = "",
  roomy,
}: {
  children?: ReactNode;
  className?: string;
  roomy?: boolean;
}) => <td className={`${cell} ${roomy ? roomyOnly : ""} ${className}`}>{children}</td>;
