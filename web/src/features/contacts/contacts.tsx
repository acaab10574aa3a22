import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contact } from "@/api";
import { contactLabel, contactNumber } from "@/features/inbox/words";
import { useDebounced } from "@/lib/debounce";
import { dateTime } from "@/lib/time";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { EmptyFace, ErrorFace, RowsLoading } from "@/ui/faces";
import { LoadMore } from "@/ui/load-more";
import { Cell, PageFrame, Table } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";
import { AddContact } from "./add-contact";
import { contactsQuery } from "./calls";
import { ContactDrawer } from "./contact-drawer";

export default function Contacts() {
  const { t, i18n } = useTranslation();
  const [search, setSearch] = useState("");
  const q = useDebounced(search.trim());
  const list = useInfiniteQuery(contactsQuery(q));
  const [shown, setShown] = useState<Contact | null>(null);
  const [adding, setAdding] = useState(false);
  const contacts = list.data?.pages.flatMap((page) => page.data) ?? [];
  const add = (
    <Button look="primary" onClick={() => setAdding(true)} icon={<UserPlus className="size-4" aria-hidden="true" />}>
      {t("contact.add")}
    </Button>
  );
  return (
    <PageFrame
      title={t("nav.contacts")}
      purpose={t("contact.purpose")}
      action={add}
      tools={
        <div className="w-full sm:w-80">
          <SearchBox value={search} onChange={setSearch} label={t("contact.search")} />
        </div>
      }
    >
      {list.error && !list.data ? (
        <ErrorFace error={list.error} retry={list.refetch} />
      ) : !list.data ? (
        <RowsLoading avatar />
      ) : contacts.length === 0 ? (
        <EmptyFace
          icon={<Users aria-hidden="true" />}
          title={q ? t("contact.nothingFound") : t("contact.none")}
          action={q ? undefined : add}
        >
          {q ? undefined : t("contact.noneText")}
        </EmptyFace>
      ) : (
        <>
          <Table head={[t("field.name"), t("contact.number"), { title: t("contact.since"), roomy: true }]}>
            {contacts.map((contact) => (
              <tr key={contact.id} className="hover:bg-subtle">
                <Cell>
                  <button
                    type="button"
                    data-testid="contact-row"
                    onClick={() => setShown(contact)}
                    className="flex items-center gap-3 text-start"
                  >
                    <Avatar name={contactLabel(contact)} size="sm" />
                    <span className="font-medium">{contactLabel(contact)}</span>
                  </button>
                </Cell>
                <Cell className="whitespace-nowrap text-muted tabular-nums">{contactNumber(contact) ?? "—"}</Cell>
                <Cell roomy className="whitespace-nowrap text-muted">
                  {dateTime(contact.created_at, i18n.language)}
                </Cell>
              </tr>
            ))}
          </Table>
          <LoadMore more={list.hasNextPage} busy={list.isFetchingNextPage} load={list.fetchNextPage} />
        </>
      )}
      <ContactDrawer contact={shown} onClose={() => setShown(null)} />
      <AddContact open={adding} onClose={() => setAdding(false)} />
    </PageFrame>
  );
}
