/**
 * The files of a drop, and the PDFs in the folders of one, however deep. To be called while the drop is handled: later
 * the browser has forgotten what was in it.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly File[]> {
	const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
	const loose = [...transfer.files];
	// Where a script made the drop there are files and no entries.
	if (!entries.some((entry) => entry?.isDirectory)) return loose;
	const found = await Promise.all(entries.map((entry) => (entry ? filesIn(entry, true) : [])));
	return found.flat();
}

/** @param named whether the person pointed at this very thing: then it is taken whatever it is called. */
async function filesIn(entry: FileSystemEntry, named: boolean): Promise<readonly File[]> {
	if (isFile(entry)) return named || isPdf(entry.name) ? [await fileOf(entry)] : [];
	if (!isFolder(entry)) return [];
	const inside = (await entriesOf(entry)).filter(({ name }) => !name.startsWith('.')).sort(byName);
	return (await Promise.all(inside.map((one) => filesIn(one, false)))).flat();
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isPdf = (name: string): boolean => name.toLowerCase().endsWith('.pdf');
const byName = (one: FileSystemEntry, other: FileSystemEntry): number =>
	one.name.localeCompare(other.name, undefined, { numeric: true });

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
	new Promise((resolve, reject) => entry.file(resolve, reject));

/** A reader gives a folder in portions, and an empty one at its end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
	const reader = folder.createReader();
	const all: FileSystemEntry[] = [];
	for (;;) {
		const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) =>
			reader.readEntries(resolve, reject),
		);
		if (some.length === 0) return all;
		all.push(...some);
	}
}
