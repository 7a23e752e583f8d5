// What campaigns will do, by the days of the person who looks.
import type { CampaignPlan, FiringPlan, Plan } from '../shared/api/types';

/** Due times of one campaign on one day; many of them are told in one line. */
export interface Entry {
    campaign: CampaignPlan;
    /** Its place among all campaigns, which chooses its color. */
    place: number;
    firings: FiringPlan[];
}

export interface Day {
    /** Its first instant, in local time. */
    date: Date;
    entries: Entry[];
}

/** More due times of a campaign on one day than this are told together. */
const MANY = 4;

export function daysOf(plan: Plan): Day[] {
    const days = datesBetween(new Date(plan.since ?? Date.now()), new Date(plan.until ?? Date.now()));
    return days.map((date) => ({ date, entries: plan.campaigns.flatMap((one, place) => entriesOf(one, place, date)) }));
}

function datesBetween(since: Date, until: Date): Date[] {
    const dates: Date[] = [];
    const date = new Date(since.getFullYear(), since.getMonth(), since.getDate());
    while (date < until) {
        dates.push(new Date(date));
        date.setDate(date.getDate() + 1);
    }
    return dates;
}

function entriesOf(campaign: CampaignPlan, place: number, date: Date): Entry[] {
    const day = date.toDateString();
    const firings = campaign.firings.filter((firing) => new Date(firing.begins_at).toDateString() === day);
    if (firings.length === 0) return [];
    if (firings.length > MANY) return [{ campaign, place, firings }];
    return firings.map((firing) => ({ campaign, place, firings: [firing] }));
}

/** Does the plan know of more due times than it names? */
export function isCut({ fired, skipped, failed, firings }: CampaignPlan): boolean {
    return fired + skipped + failed > firings.length;
}
