//! QR codes in half blocks.

use qrcode::render::unicode::Dense1x2;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

/// A QR code for a dark terminal, two rows a line.
///
/// # Errors
/// When the text is too long for one.
pub fn drawn(text: &str) -> Result<String, QrError> {
    // The least correction: nothing hides a screen, and a smaller code fits a smaller window.
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    let mut render = code.render::<Dense1x2>();
    // What is dark on paper is the terminal's own dark here: scanners do not read the negative.
    Ok(render.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    /// The longest name there is, on the smallest terminal that an enrolment takes.
    #[test]
    fn the_code_of_a_phone_fits_sixty_columns() {
        let url = format!("otpauth://totp/Juyong:{}?secret={}&issuer=Juyong", "w".repeat(64), "A".repeat(32));
        let drawn = super::drawn(&url).unwrap();
        assert!(drawn.lines().all(|line| line.chars().count() <= 60), "{drawn}");
        let usual = super::drawn(&url.replace(&"w".repeat(64), "wang-fang")).unwrap();
        assert!(usual.lines().count() <= 23, "{} lines of 24", usual.lines().count());
    }
}
