import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/problem";
import { Button } from "@/ui/button";
import { useProblemText } from "@/ui/faces";
import { TextField } from "@/ui/field";
import { type SetupForm, useSetUp } from "./calls";
import { Door } from "./door";

const MIN_PASSWORD = 10;

export default function Setup() {
  const { t } = useTranslation();
  const words = useProblemText();
  const navigate = useNavigate();
  const { token } = useSearch({ from: "/setup" });
  const setUp = useSetUp();
  const [form, setForm] = useState<SetupForm>({
    token: token ?? "",
    organization_name: "",
    name: "",
    email: "",
    password: "",
  });

  const problem = isProblem(setUp.error) ? setUp.error : null;
  const field = (name: keyof SetupForm) => ({
    value: form[name],
    required: true,
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
    error: problem?.field === name ? words(problem) : null,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUp.mutate(form, { onSuccess: () => navigate({ to: "/inbox", replace: true }) });
  };
  const general = setUp.error && !(problem?.field && problem.field in form);

  return (
    <Door title={t("setup.title")} purpose={t("setup.purpose")}>
      <form onSubmit={submit} className="space-y-4">
        {!token && (
          <TextField label={t("setup.token")} hint={t("setup.tokenHint")} autoComplete="off" {...field("token")} />
        )}
        <TextField
          label={t("setup.organization")}
          autoComplete="organization"
          autoFocus
          {...field("organization_name")}
        />
        <TextField label={t("field.name")} autoComplete="name" {...field("name")} />
        <TextField label={t("field.email")} type="email" autoComplete="username" {...field("email")} />
        <TextField
          label={t("field.password")}
          type="password"
          autoComplete="new-password"
          minLength={MIN_PASSWORD}
          hint={t("field.passwordHint", { count: MIN_PASSWORD })}
          {...field("password")}
        />
        {general && (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-13 text-danger-text">
            {problem?.status === 409 ? t("setup.done") : words(setUp.error)}
          </p>
        )}
        <Button type="submit" look="primary" size="lg" className="w-full" busy={setUp.isPending}>
          {t("setup.submit")}
        </Button>
      </form>
    </Door>
  );
}
