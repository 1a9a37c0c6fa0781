//! Secrets that go out on a terminal.

use super::failure::Failure;

/// A QR code for a dark terminal, two rows a line.
pub(crate) fn qr(text: &str) -> Result<String, Failure> {
    // The least correction: nothing hides a screen, and a smaller code fits a smaller window.
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L)?;
    use qrcode::render::unicode::Dense1x2;
    // What is dark on paper is the terminal's own dark here: scanners do not read the negative.
    let mut render = code.render::<Dense1x2>();
    Ok(render.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build())
}
