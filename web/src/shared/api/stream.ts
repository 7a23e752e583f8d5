// Follows the API's server-sent events. EventSource cannot send a token, so the stream is read by `fetch`.
import { fetchFile } from './client';

export interface StreamEvent {
    kind: string;
    data: unknown;
}

/** Tells of each event until the stream ends, breaks or is aborted; the format is that of WHATWG HTML, section 9.2. */
export async function follow(path: string, tell: (event: StreamEvent) => void, signal: AbortSignal): Promise<void> {
    const answer = await fetchFile(path, signal);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        const blocks = (text + value).split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) {
            const event = parsed(block);
            if (event) tell(event);
        }
    }
}

function parsed(block: string): StreamEvent | null {
    const fields = new Map(
        block.split('\n').map((line) => [line.split(':', 1)[0]!, line.slice(line.indexOf(':') + 2)])
    );
    const [kind, data] = [fields.get('event'), fields.get('data')];
    return kind && data ? { kind, data: JSON.parse(data) } : null;
}
