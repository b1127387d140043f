// Numbers that people read: docs/PROTOCOL.md §9.

/** ISO 7064 MOD 11,10. */
export function checkDigit(digits) {
  let product = 10;
  for (const digit of digits) product = ((((Number(digit) + product) % 10) || 10) * 2) % 11;
  return String((11 - product) % 10);
}

/** YYYYMMDD-HHHHHH-NNNNN-C, by China's date. */
export function caseNumber(ms, hall, serial) {
  const day = new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
  const tail = String(serial).padStart(5, '0');
  return `${day}-${hall}-${tail}-${checkDigit(day + hall + tail)}`;
}

/** A resident identity number of nobody: region 339901 is assigned to no county (GB 11643). */
export function identityNumber(birth, order) {
  const head = `339901${birth}${String(order).padStart(3, '0')}`;
  const sum = [...head].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
  return head + '10X98765432'[sum % 11];
}
