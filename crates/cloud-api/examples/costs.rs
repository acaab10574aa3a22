//! What a message to each of some phone numbers costs on a day, outside of every free window.
//!
//!     cargo run -p cloud-api --example costs -- 2026-11-20 marketing +525512345678 +447400123456
//!
//! Categories are marketing, utility, authentication and service.

use cloud_api::market::{
    Date, Delivery, Market, Micros, PricingCategory, PricingKind, RateCard, marketing_paused, price,
};
use cloud_api::number::PhoneNumber;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [day, category, numbers @ ..] = &arguments[..] else {
        return Err("arguments: DAY CATEGORY NUMBER...".into());
    };
    let at: Date = day.parse()?;
    let category = PricingCategory::from(category.as_str());
    match RateCard::at(at) {
        Some(card) => println!("{} of {}; from: {}", card.currency(), day, card.source()),
        None => println!("no rate card of {day} is known"),
    }
    let mut sum = 0;
    for text in numbers {
        let number = match text.parse::<PhoneNumber>() {
            Ok(number) => number,
            Err(error) => {
                println!("{text}: {error}");
                continue;
            }
        };
        let (words, rate) = cost(&number, &category, at);
        sum += rate.0;
        println!("{}: {words}", number.international());
    }
    println!("in all: {}", Micros(sum));
    Ok(())
}

fn cost(number: &PhoneNumber, category: &PricingCategory, at: Date) -> (String, Micros) {
    let market = Market::of(number, at);
    let name = market.map_or("unknown market", Market::name);
    let paused = number.region().is_some_and(|region| marketing_paused(region, at));
    if paused && *category == PricingCategory::Marketing {
        return (format!("{name}: Meta delivers no marketing there"), Micros(0));
    }
    match price(&Delivery::new(market, category, at)) {
        Some(charge) if charge.kind != PricingKind::Regular => (format!("{name}: free"), Micros(0)),
        Some(charge) => match charge.rate {
            Some(rate) => (format!("{name}: {rate}"), rate),
            None => (format!("{name}: charged, at a rate that isn't known"), Micros(0)),
        },
        None => (format!("{name}: the rules of {category} on this day aren't known"), Micros(0)),
    }
}
