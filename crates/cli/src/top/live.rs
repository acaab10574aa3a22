//! The screen that is drawn again and again until somebody ends it.

use super::{
    Door,
    screen::{self, Line, Sort, Tone},
    table::cut,
    view::{Past, View},
};
use crossterm::{
    cursor::{Hide, MoveTo, Show},
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    execute, queue,
    style::{Attribute, Color, Print, ResetColor, SetAttribute, SetForegroundColor},
    terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen},
};
use std::{
    io::{self, Write},
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// The terminal as a screen of ours, given back however this ends.
struct Terminal;

impl Terminal {
    fn take() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let taken = Self;
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(taken)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(execute!(io::stdout(), Show, LeaveAlternateScreen));
        drop(terminal::disable_raw_mode());
    }
}

/// What is shown, and how.
#[derive(Default)]
struct Watch {
    past: Past,
    view: Option<View>,
    /// Why the last look failed, and since when they do.
    away: Option<(Instant, String)>,
    sort: Sort,
    /// The first line that is shown.
    top: usize,
    /// Whether colours are wanted (`NO_COLOR` unset or empty).
    colour: bool,
}

/// Watches until `q`, Esc or Ctrl-C. A server that goes away is waited for.
pub(super) async fn watch(door: &Door, every: Duration) -> anyhow::Result<()> {
    let _terminal = Terminal::take()?;
    let mut keys = keys();
    let mut tick = tokio::time::interval(every);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let colour = std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let mut watch = Watch { colour, ..Watch::default() };
    loop {
        tokio::select! {
            _ = tick.tick() => {
                // A key is answered while a slow server is asked.
                tokio::select! {
                    look = door.look() => watch.take(look),
                    key = keys.recv() => if watch.ends(key) { return Ok(()) },
                }
            }
            key = keys.recv() => if watch.ends(key) { return Ok(()) },
        }
        watch.draw(&door.url)?;
    }
}

/// Keys and changes of size, read by a thread of their own because the terminal is waited for.
fn keys() -> mpsc::Receiver<Event> {
    let (tell, told) = mpsc::channel(16);
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if tell.blocking_send(event).is_err() {
                break;
            }
        }
    });
    told
}

impl Watch {
    fn take(&mut self, look: anyhow::Result<super::Sample>) {
        match look {
            Ok(sample) => {
                self.past.add(&sample, Instant::now());
                self.view = Some(View::of(&sample, &self.past));
                self.away = None;
            }
            Err(error) => {
                let since = self.away.take().map_or_else(Instant::now, |(since, _)| since);
                self.away = Some((since, format!("{error:#}")));
            }
        }
    }

    /// Does what a key asks; `true` when that is to end.
    fn ends(&mut self, event: Option<Event>) -> bool {
        let key = match event {
            None => return true,
            Some(Event::Key(key)) if key.kind != KeyEventKind::Release => key,
            Some(_) => return false,
        };
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return true,
            KeyCode::Char('q') | KeyCode::Esc => return true,
            KeyCode::Left => self.sort.left(),
            KeyCode::Right => self.sort.right(),
            KeyCode::Up => self.top = self.top.saturating_sub(1),
            KeyCode::Down => self.top = self.top.saturating_add(1),
            KeyCode::Home => self.top = 0,
            _ => {}
        }
        false
    }

    fn head(&self, url: &str) -> Line {
        match &self.away {
            Some((since, why)) => Line {
                text: format!("no answer for {} s, trying again: {why}", since.elapsed().as_secs()),
                tone: Tone::Bad,
            },
            None => Line {
                text: format!("{url}  by {}  ←→ order  ↑↓ move  q end", self.sort.column()),
                tone: Tone::Plain,
            },
        }
    }

    fn draw(&mut self, url: &str) -> io::Result<()> {
        // A terminal that doesn't know its size says nought.
        let (width, height) = match terminal::size()? {
            (0, _) | (_, 0) => (80, 24),
            size => size,
        };
        let (width, height) = (usize::from(width), usize::from(height));
        let lines = self.view.as_ref().map_or_else(Vec::new, |view| screen::lines(view, self.sort, width));
        let room = height.saturating_sub(2);
        self.top = self.top.min(lines.len().saturating_sub(room));
        let shown = lines.into_iter().skip(self.top).take(room);
        let empty = Line { text: String::new(), tone: Tone::Plain };
        let mut out = io::stdout().lock();
        for (row, line) in (0..).zip([self.head(url), empty].into_iter().chain(shown)) {
            queue!(out, MoveTo(0, row), Clear(ClearType::CurrentLine))?;
            self.write(&mut out, &line, width)?;
        }
        queue!(out, Clear(ClearType::FromCursorDown))?;
        out.flush()
    }

    fn write(&self, out: &mut impl Write, line: &Line, width: usize) -> io::Result<()> {
        match line.tone {
            Tone::Heading => queue!(out, SetAttribute(Attribute::Bold))?,
            Tone::Bad if self.colour => queue!(out, SetForegroundColor(Color::Red))?,
            Tone::Bad | Tone::Plain => {}
        }
        queue!(out, Print(cut(&line.text, width)), SetAttribute(Attribute::Reset))?;
        if self.colour { queue!(out, ResetColor) } else { Ok(()) }
    }
}
