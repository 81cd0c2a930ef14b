"""Pictures that somebody sent, made into ones of ours: upright, small, without place and camera; bombs are refused."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from community.refusals import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 2_000_000
MOST_PIXELS = 25_000_000
LEAST_SIDE = 40
_KINDS = ("JPEG", "PNG", "WEBP")
_PHOTO, _HEAD = (1280, 1280), (1800, 700)
_PAPER = 24  # how far from white the paper of a scan may be


async def photo(content: bytes) -> bytes:
    """A JPEG of at most 1,280 pixels a side. Raises Refusal for what is no picture or too large a one."""
    return await asyncio.to_thread(_made, content, _PHOTO, _as_photo)


async def letterhead(content: bytes) -> bytes:
    """A PNG without the white around it. Raises as photo."""
    return await asyncio.to_thread(_made, content, _HEAD, _as_head)


def _made(content: bytes, most: tuple[int, int], write: Callable[["Image", tuple[int, int]], bytes]) -> bytes:
    from PIL import Image  # an imaging library, which the start need not

    if len(content) > MOST_BYTES:
        raise Refusal("papers.picture.too_large", kilobytes=MOST_BYTES // 1000)
    try:
        with Image.open(BytesIO(content), formats=_KINDS) as opened:
            width, height = opened.size  # by its own word, before anything is unpacked
            if width * height > MOST_PIXELS:
                raise Refusal("papers.picture.too_large", kilobytes=MOST_BYTES // 1000)
            if min(width, height) < LEAST_SIDE:
                raise Refusal("papers.picture.too_small")
            return write(_upright(opened, most), most)
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # the library's own bound, at opening
        raise Refusal("papers.picture.too_large", kilobytes=MOST_BYTES // 1000) from None
    except Exception:  # a stranger's file: the library names a dozen ways to be broken, and finds new ones
        raise Refusal("papers.picture.not_one") from None


def _upright(opened: "Image", most: tuple[int, int]) -> "Image":
    """As it is meant to be seen, on white where one sees through it, in plain colours."""
    from PIL import Image, ImageOps

    opened.draft("RGB", most)  # a large JPEG is read no larger than needed
    turned = ImageOps.exif_transpose(opened).convert("RGBA")
    white = Image.new("RGBA", turned.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, turned).convert("RGB")


def _as_photo(picture: "Image", most: tuple[int, int]) -> bytes:
    picture.thumbnail(most)
    into = BytesIO()
    picture.save(into, "JPEG", quality=80, optimize=True)
    return into.getvalue()


def _as_head(picture: "Image", most: tuple[int, int]) -> bytes:
    from PIL import ImageOps

    grey = ImageOps.invert(picture.convert("L")).point(lambda value: 255 if value > _PAPER else 0)
    picture = picture.crop(grey.getbbox()) if grey.getbbox() else picture
    picture.thumbnail(most)
    into = BytesIO()
    picture.save(into, "PNG", optimize=True)
    return into.getvalue()
