//! Message ids in the form that the platform's decode to, so that length checks and patterns of clients stay honest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::dice::Dice;

/// A new id for a message between the business and `phone` (digits). Outbound ids carry 18 hex digits, inbound 20.
pub(crate) fn new(dice: &mut Dice, phone: &str, outbound: bool) -> String {
    // A decimal digit first keeps the familiar `ARGBI` and `ASGBQ` in the encoded id.
    let first = dice.text(b"0123456789", 1);
    let (marker, rest) = if outbound { (0x11, 17) } else { (0x12, 19) };
    let hex = first + &dice.hex_upper(rest);
    let mut bytes = vec![0x1C, 0x18, phone.len() as u8];
    bytes.extend_from_slice(phone.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, marker, 0x18, hex.len() as u8]);
    bytes.extend_from_slice(hex.as_bytes());
    bytes.push(0x00);
    format!("wamid.{}", STANDARD.encode(bytes))
}

/// A new id for a call between the business and `phone` (both digits).
pub(crate) fn call(dice: &mut Dice, phone: &str, business: &str) -> String {
    let hex = dice.hex_upper(32);
    let mut bytes = vec![0x1C, 0x18, phone.len() as u8];
    bytes.extend_from_slice(phone.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, 0x12, 0x18, hex.len() as u8]);
    bytes.extend_from_slice(hex.as_bytes());
    bytes.extend_from_slice(&[0x1C, 0x18, business.len() as u8]);
    bytes.extend_from_slice(business.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, 0x00]);
    format!("wacid.{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_like_the_platforms() {
        let mut dice = Dice::new(1, "ids");
        let outbound = new(&mut dice, "16503879439", true);
        assert!(outbound.starts_with("wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI"), "{outbound}");
        let inbound = new(&mut dice, "16503879439", false);
        assert!(inbound.starts_with("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQ"), "{inbound}");
        let call = call(&mut dice, "16505551234", "15550783881");
        assert!(call.starts_with("wacid.HBgLMTY1MDU1NTEyMzQVAgASGCA"), "{call}");
        assert!(call.ends_with("YCzE1NTUwNzgzODgxFQIAAA=="), "{call}");
    }
}
