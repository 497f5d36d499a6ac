/** True when two topic names, either of which may hold `*` for one dot-separated part, can mean the same topic. */
export function topicMatches(one: string, other: string): boolean {
  const ones = one.split('.');
  const others = other.split('.');
  return (
    ones.length === others.length &&
    ones.every((part, index) => part === others[index] || part === '*' || others[index] === '*')
  );
}

/** True for the name of more than one topic. */
export function isPattern(topic: string): boolean {
  return topic.split('.').includes('*');
}
