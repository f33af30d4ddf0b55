/** structured-headers: Structured Field Values for HTTP, RFC 9651. */
export { parseDictionary, serializeInnerList, serializeItem } from 'structured-headers';
