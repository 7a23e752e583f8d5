// Which tasks are meant: the filters of the list, as they stand in the page's address and in the API's query.
import type { Query } from '../shared/api/client';

export const FILTERS = [
    'status',
    'script_name',
    'serial',
    'username',
    'source',
    'campaign_id',
    'created_after',
    'created_before'
] as const;
export const STATUSES = ['pending', 'running', 'completed', 'failed'] as const;
export const SOURCES = ['api', 'ui', 'campaign'] as const;

export function filtersIn(address: URLSearchParams): Query {
    return Object.fromEntries(FILTERS.map((name) => [name, address.get(name)?.trim()]));
}
