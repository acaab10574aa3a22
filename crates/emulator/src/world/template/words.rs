//! The texts of authentication templates, which the platform writes itself.

/// The texts of one language.
pub(crate) struct Words {
    language: &'static str,
    body: &'static str,
    advice: &'static str,
    footer: &'static str,
    pub copy: &'static str,
    pub autofill: &'static str,
}

/// The texts of a language; English for those the emulator doesn't speak.
pub(crate) fn of(language: &str) -> &'static Words {
    let base = language.split('_').next().unwrap_or(language);
    let known = |wanted: &str| WORDS.iter().find(|words| words.language == wanted);
    known(language).or_else(|| known(base)).unwrap_or(&WORDS[0])
}

/// The languages the emulator has texts of its own for.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|words| words.language)
}

impl Words {
    pub(crate) fn body(&self, advice: bool, code: &str) -> String {
        let text = self.body.replace("{}", code);
        if advice { format!("{text} {}", self.advice) } else { text }
    }

    pub(crate) fn footer(&self, minutes: u64) -> String {
        self.footer.replace("{}", &minutes.to_string())
    }
}

const WORDS: [Words; 6] = [
    Words {
        language: "en",
        body: "*{}* is your verification code.",
        advice: "For your security, do not share this code.",
        footer: "This code expires in {} minutes.",
        copy: "Copy code",
        autofill: "Autofill",
    },
    Words {
        language: "es",
        body: "Tu código de verificación es *{}*.",
        advice: "Por tu seguridad, no lo compartas.",
        footer: "Este código caduca en {} minutos.",
        copy: "Copiar código",
        autofill: "Autocompletar",
    },
    Words {
        language: "pt_BR",
        body: "*{}* é seu código de verificação.",
        advice: "Para sua segurança, não o compartilhe.",
        footer: "Este código expira em {} minutos.",
        copy: "Copiar código",
        autofill: "Preencher",
    },
    Words {
        language: "fr",
        body: "Votre code de vérification est *{}*.",
        advice: "Pour votre sécurité, ne le partagez pas.",
        footer: "Ce code expire dans {} minutes.",
        copy: "Copier le code",
        autofill: "Remplir",
    },
    Words {
        language: "de",
        body: "*{}* ist dein Bestätigungscode.",
        advice: "Gib diesen Code zu deiner Sicherheit nicht weiter.",
        footer: "Dieser Code läuft in {} Minuten ab.",
        copy: "Code kopieren",
        autofill: "Ausfüllen",
    },
    Words {
        language: "it",
        body: "*{}* è il tuo codice di verifica.",
        advice: "Per la tua sicurezza, non condividerlo.",
        footer: "Questo codice scade tra {} minuti.",
        copy: "Copia codice",
        autofill: "Compila",
    },
];
