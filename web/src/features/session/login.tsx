import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/problem";
import { Button } from "@/ui/button";
import { useProblemText } from "@/ui/faces";
import { TextField } from "@/ui/field";
import { useSignIn } from "./calls";
import { Door } from "./door";

export default function Login() {
  const { t } = useTranslation();
  const words = useProblemText();
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/login" });
  const signIn = useSignIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email, password }, { onSuccess: () => navigate({ to: next ?? "/inbox", replace: true }) });
  };
  const refused = isProblem(signIn.error) && signIn.error.status === 401;

  return (
    <Door title={t("login.title")} purpose={t("login.purpose")}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t("field.email")}
          type="email"
          autoComplete="username"
          required
          autoFocus
          data-testid="login-email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label={t("field.password")}
          type="password"
          autoComplete="current-password"
          required
          data-testid="login-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {signIn.error && (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-13 text-danger-text">
            {refused ? t("login.refused") : words(signIn.error)}
          </p>
        )}
        <Button
          type="submit"
          look="primary"
          size="lg"
          className="w-full"
          busy={signIn.isPending}
          data-testid="login-submit"
        >
          {t("login.submit")}
        </Button>
      </form>
    </Door>
  );
}
