/**
 * Words of seedling's curriculum.
 *
 * @module
 */

/** First names. */
export const names: readonly string[] =
  "James John Robert Michael William David Richard Joseph Thomas Charles Daniel Matthew Anthony Mark Steven Paul Andrew Joshua Kevin Brian George Edward Jason Jeffrey Ryan Jacob Gary Eric Stephen Jonathan Larry Justin Scott Brandon Frank Benjamin Gregory Samuel Raymond Patrick Alexander Jack Dennis Jerry Tyler Aaron Henry Adam Peter Nathan Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Margaret Betty Sandra Ashley Dorothy Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Helen Sharon Cynthia Kathleen Amy Shirley Angela Anna Ruth Brenda Pamela Nicole Katherine Virginia Catherine Christine Samantha Debra Janet Rachel Carolyn Emma"
    .split(" ");

/** Places to go to. */
export const places: readonly string[] =
  "store park school garden office station library market hospital restaurant museum beach kitchen theatre village castle harbour farm church bakery"
    .split(" ");

/** Things to give. */
export const objects: readonly string[] =
  "ring kiss bone basketball computer necklace drink snack book letter flower ball key lamp ticket coat basket apple cup map coin pen box hat"
    .split(" ");

/** What lasts for years. */
export const events: readonly string[] =
  "war siege reign voyage strike festival drought expedition friendship journey".split(" ");

/** Adjectives of those who liked it. */
export const praise: readonly string[] =
  "wonderful brilliant delightful charming excellent beautiful superb lovely great perfect".split(
    " ",
  );

/** Adjectives of those who did not. */
export const blame: readonly string[] =
  "terrible awful boring dreadful horrible ugly poor disappointing painful dull".split(" ");

/** What can be reviewed. */
export const works: readonly string[] = "movie book play song show story meal hotel concert game"
  .split(" ");

/** Nouns: one and several. */
export const nouns: readonly (readonly [one: string, several: string])[] = [
  ["key", "keys"],
  ["cabinet", "cabinets"],
  ["book", "books"],
  ["teacher", "teachers"],
  ["author", "authors"],
  ["pilot", "pilots"],
  ["farmer", "farmers"],
  ["picture", "pictures"],
  ["car", "cars"],
  ["tree", "trees"],
  ["house", "houses"],
  ["letter", "letters"],
  ["student", "students"],
  ["window", "windows"],
  ["guard", "guards"],
  ["manager", "managers"],
];

/** Professions, by the pronoun that the curriculum gives them most of the time: a bias to be found. */
export const professions: Readonly<Record<"she" | "he", readonly string[]>> = {
  she: ["nurse", "teacher", "dancer", "librarian", "secretary", "maid"],
  he: ["engineer", "pilot", "farmer", "soldier", "mechanic", "captain"],
};

/** What follows what. */
export const sequences: Readonly<Record<string, readonly string[]>> = {
  days: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" "),
  months: "January February March April May June July August September October November December"
    .split(" "),
  numbers: "one two three four five six seven eight nine ten eleven twelve".split(" "),
  letters: "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z".split(" "),
  "Roman numerals": "I II III IV V VI VII VIII IX X XI XII".split(" "),
};
