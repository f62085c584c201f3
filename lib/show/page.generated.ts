// Written by widgets/build.ts. Do not edit.
export const page: string = "";
export const pageHash: string = "static";
