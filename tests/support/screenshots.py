"""How far two screenshots of Chromium differ, as Chromium itself counts."""

import base64

from portal_crawler.replay.chromium import Tab

LEAST_OFF = 16
"""The least visible difference in one color of a pixel, of 255."""

_SHARE = """
(async () => {
  const pixels = async (data) => {
    const answer = await fetch("data:image/png;base64," + data);
    const picture = await createImageBitmap(await answer.blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    return [picture.width, picture.height,
            context.getImageData(0, 0, picture.width, picture.height).data];
  };
  const [width, height, one] = await pixels(ONE);
  const [otherWidth, otherHeight, other] = await pixels(OTHER);
  if (width !== otherWidth || height !== otherHeight) return 1;
  let off = 0;
  for (let at = 0; at < one.length; at += 4)
    if (Math.max(Math.abs(one[at] - other[at]), Math.abs(one[at + 1] - other[at + 1]),
                 Math.abs(one[at + 2] - other[at + 2])) > LEAST) off += 1;
  return off / (width * height);
})()
"""


def share_off(tab: Tab, one: bytes, other: bytes) -> float:
    """The share of pixels that are off by more than LEAST_OFF; 1 if the sizes differ.

    `tab` shows an empty page.
    """
    if one == other:
        return 0.0
    script = _SHARE.replace("LEAST", str(LEAST_OFF))
    for name, picture in (("ONE", one), ("OTHER", other)):
        script = script.replace(f"({name})", f'("{base64.b64encode(picture).decode()}")')
    return float(tab.value(script))
