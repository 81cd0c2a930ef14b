"""The browser door: health and webhook."""
