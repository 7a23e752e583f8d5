// The line of a number over days: where its points stand, with gaps for days on which nothing was read.
import type { AccountDay, ShownNumber } from '../shared/api/types';

export const COUNTED = ['followers', 'following', 'posts', 'likes'] as const;
export type Counted = (typeof COUNTED)[number];

export interface Point {
    day: string;
    number: ShownNumber;
    x: number;
    y: number;
    /** Up to where the true number may lie, of a rounded one. */
    top: number;
}

export interface Line {
    points: Point[];
    /** The points of days in a row, as SVG writes them. */
    pieces: string[];
    scale: { y: number; value: number }[];
    first: ShownNumber;
    last: ShownNumber;
    begin: string;
    end: string;
}

const DAY = 86_400_000;
const MARGIN = 14;

export function lineOf(days: AccountDay[], name: Counted, width: number, height: number): Line | null {
    const read = days.flatMap(({ day, numbers }) => (numbers[name] ? [{ day, number: numbers[name] }] : []));
    if (!read.length) return null;
    const times = read.map(({ day }) => Date.parse(day));
    const [begin, end] = [times[0]!, times.at(-1)!];
    const values = read.map(({ number }) => number.value);
    const low = Math.min(...values);
    const high = Math.max(...read.map(({ number }) => number.value + number.step - 1));
    const xOf = (time: number) =>
        end === begin ? width / 2 : MARGIN + ((time - begin) / (end - begin)) * (width - 2 * MARGIN);
    const yOf = (value: number) =>
        high === low ? height / 2 : height - MARGIN - ((value - low) / (high - low)) * (height - 2 * MARGIN);
    const points = read.map(({ day, number }, place) => ({
        day,
        number,
        x: round(xOf(times[place]!)),
        y: round(yOf(number.value)),
        top: round(yOf(number.value + number.step - 1))
    }));
    return {
        points,
        pieces: piecesOf(points, times),
        scale: (high === low ? [low] : [low, high]).map((value) => ({ value, y: round(yOf(value)) })),
        first: read[0]!.number,
        last: read.at(-1)!.number,
        begin: read[0]!.day,
        end: read.at(-1)!.day
    };
}

function piecesOf(points: Point[], times: number[]): string[] {
    const pieces: Point[][] = [];
    points.forEach((point, place) => {
        const follows = place > 0 && times[place]! - times[place - 1]! <= DAY;
        if (follows) pieces.at(-1)!.push(point);
        else pieces.push([point]);
    });
    return pieces.filter((piece) => piece.length > 1).map((piece) => piece.map(({ x, y }) => `${x},${y}`).join(' '));
}

function round(value: number): number {
    return Math.round(value * 10) / 10;
}
