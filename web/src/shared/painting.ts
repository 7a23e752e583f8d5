// Puts pictures on a canvas: without flicker, and without addresses that the policy of the page would have to allow.

/** Decodes a JPEG or PNG. */
export function decoded(picture: Blob): Promise<ImageBitmap> {
    return createImageBitmap(picture);
}

export function fromBase64(jpeg: string): Blob {
    const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
    return new Blob([bytes], { type: 'image/jpeg' });
}

/** Shows a picture in its own size; it belongs to the canvas afterwards. */
export function paint(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
    if (canvas.width !== picture.width) canvas.width = picture.width;
    if (canvas.height !== picture.height) canvas.height = picture.height;
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(picture);
}
