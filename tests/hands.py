"""What a hand does with a page that no method of the browser's does."""

import base64

from playwright.async_api import Page

# As by hand: the browser makes the file itself, and lets it fall onto the page.
_DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""


async def drops(page: Page, name: str, content: bytes) -> None:
    """A file falls onto the page."""
    await page.evaluate(_DROP, [name, base64.b64encode(content).decode()])
